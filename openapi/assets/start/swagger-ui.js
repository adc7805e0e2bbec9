// Starts Swagger UI on the element #swagger-ui. The address of the document and all options stand in its
// data attributes, so that the page needs no inline script.
"use strict";

{
  const element = document.getElementById("swagger-ui");
  const { openapiUrl, oauth2RedirectUrl, parameters, initOauth } = element.dataset;

  document.body.style.margin = "0";

  window.ui = SwaggerUIBundle({
    url: openapiUrl,
    domNode: element,
    layout: "BaseLayout",
    deepLinking: true,
    showExtensions: true,
    showCommonExtensions: true,
    validatorUrl: null, // never ask a server on the internet
    // What the authorization server compares is the whole address.
    oauth2RedirectUrl: oauth2RedirectUrl && new URL(oauth2RedirectUrl, document.baseURI).href,
    ...JSON.parse(parameters ?? "{}"),
  });

  if (initOauth !== undefined) {
    window.ui.initOAuth(JSON.parse(initOauth));
  }
}

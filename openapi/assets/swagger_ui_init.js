// Starts Swagger UI on the element #swagger-ui. The address of the document and all options stand in its
// data attributes, so that the page needs no inline script.
"use strict";

const element = document.getElementById("swagger-ui");

window.ui = SwaggerUIBundle({
  url: element.dataset.openapiUrl,
  domNode: element,
  layout: "BaseLayout",
  deepLinking: true,
  showExtensions: true,
  showCommonExtensions: true,
  validatorUrl: null, // never ask a server on the internet
  ...JSON.parse(element.dataset.parameters ?? "{}"),
});

if (element.dataset.initOauth !== undefined) {
  window.ui.initOAuth(JSON.parse(element.dataset.initOauth));
}

// Starts Scalar on the element #scalar. The address of the document and all options stand in its data
// attributes, so that the page needs no inline script.
"use strict";

{
  const element = document.getElementById("scalar");
  const { openapiUrl, parameters } = element.dataset;

  document.body.style.margin = "0";

  Scalar.createApiReference(element, {
    url: openapiUrl,
    baseServerURL: window.location.origin,
    // Nothing from or to its maker's servers: fonts, reports, proxies, services.
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    showDeveloperTools: "never",
    hideClientButton: true,
    ...JSON.parse(parameters ?? "{}"),
  });
}

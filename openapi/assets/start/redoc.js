// Starts ReDoc on the element #redoc. The address of the document and all options stand in its data
// attributes, so that the page needs no inline script.
"use strict";

{
  const element = document.getElementById("redoc");
  const { openapiUrl, parameters } = element.dataset;

  // ReDoc signs with a picture from its maker's server: readers of the page are none of its business.
  const setAttribute = HTMLImageElement.prototype.setAttribute;
  HTMLImageElement.prototype.setAttribute = function (name, value) {
    if (name !== "src" || !String(value).startsWith("https://cdn.redoc.ly/")) {
      setAttribute.call(this, name, value);
    }
  };

  Redoc.init(openapiUrl, JSON.parse(parameters ?? "{}"), element);
}

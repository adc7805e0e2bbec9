// Starts ReDoc on the element #redoc. The address of the document and all options stand in its data
// attributes, so that the page needs no inline script.
"use strict";

{
  const element = document.getElementById("redoc");
  const { openapiUrl, parameters } = element.dataset;

  document.body.style.margin = "0";

  // ReDoc signs with a picture from its maker's server, which the policy of the page refuses. Without asking
  // there, give it one that is none: it then does without.
  const src = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
  Object.defineProperty(HTMLImageElement.prototype, "src", {
    ...src,
    set(url) {
      src.set.call(this, String(url).startsWith("https://cdn.redoc.ly/") ? "data:," : url);
    },
  });

  Redoc.init(openapiUrl, JSON.parse(parameters ?? "{}"), element);
}

// The generator knows files by OpenAPI 3.0's word for them; 3.1 says contentMediaType.
const asFile = (name) => (schema) => {
  schema.properties[name].format = "binary";
};

export default {
  input: "openapi.json",
  output: { path: "generated/shop", importFileExtension: ".js" },
  parser: { patch: { schemas: { Body_add_image: asFile("file") } } },
};

// Sells, finds and buys something in the shop with openapi-fetch; tsc checks every line against the document.
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/schema.js";

type Product = components["schemas"]["Product"];

const client = createClient<paths>({ baseUrl: process.argv[2] });

function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

function describe(product: Product): string {
  const { item } = product;
  switch (item.kind) {
    case "book":
      return item.authors.join(", ");
    case "garment":
      return item.sizes.join(", ");
    case "download":
      return `${item.megabytes} MB`;
  }
}

const login = await client.POST("/token", {
  body: { grant_type: "password", username: "ann", password: "blue door", scope: "products" },
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
});
check(login.data !== undefined, "somebody is logged in");
const token = login.data.access_token;
client.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${token}`);
  },
});

const created = await client.POST("/products", {
  body: { kind: "book", sku: "TEA-0001", title: "All about tea", price: 1250, authors: ["Ann"] },
});
check(created.data !== undefined && describe(created.data) === "Ann", "a product is created");

const again = await client.POST("/products", {
  body: { kind: "download", sku: "TEA-0001", title: "Tea songs", price: 99, megabytes: 3.5 },
});
check(again.response.status === 409 && again.error !== undefined, "a SKU is given once");

const found = await client.GET("/products", {
  params: { query: { kind: ["book", "garment"], price: { min: 1000 }, limit: 5 } },
});
check(found.data?.items[0]?.item.sku === "TEA-0001", "the product is found");

const changed = await client.PATCH("/products/{product_id}", {
  params: { path: { product_id: created.data.id } },
  body: { title: "More about tea" },
});
check(changed.data?.version === 2 && changed.data.item.price === 1250, "only the title has changed");

const missing = await client.GET("/products/{product_id}", { params: { path: { product_id: 99 } } });
check(missing.error?.detail === "There is no product 99", "an error is typed by its status");

const image = new FormData();
image.set("file", new Blob(["PNG"]), "cover.png");
const added = await client.POST("/products/{product_id}/images", {
  params: { path: { product_id: created.data.id } },
  body: { file: "", caption: "The cover" },
  bodySerializer: () => image,
});
check(added.data?.size === 3, "an image is added");

const order = await client.POST("/basket/checkout", { params: { header: { "x-channel": "web" } } });
check(order.response.status === 409, "nothing is in the basket");

// What the document does not have is no TypeScript.
// @ts-expect-error
void (() => client.GET("/nowhere"));
// @ts-expect-error
void (() => client.POST("/basket/checkout"));
// @ts-expect-error
void (() => client.POST("/products", { body: { kind: "car", sku: "CAR-0001", title: "Car", price: 1 } }));

console.log("openapi-fetch: done");

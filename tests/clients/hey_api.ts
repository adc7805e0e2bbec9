// Buys something in the shop with the functions that @hey-api/openapi-ts made; tsc checks every line.
import { client } from "./generated/shop/client.gen.js";
import {
  addImage,
  basketCheckOut,
  changeProduct,
  createCustomer,
  createProduct,
  listOrders,
  listProducts,
  logIn,
  noteMovements,
  payOrder,
  putAddress,
  readProduct,
  replayMovements,
  sendMessage,
} from "./generated/shop/sdk.gen.js";
import type { Product } from "./generated/shop/types.gen.js";

client.setConfig({ baseUrl: process.argv[2] });

function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

function describe({ item }: Product): string {
  return item.kind === "garment" ? item.sizes.join(", ") : item.title;
}

const { access_token } = (
  await logIn({
    body: { username: "ann", password: "blue door", scope: "products customers orders" },
    throwOnError: true,
  })
).data;
client.setConfig({ auth: (scheme) => (scheme.type === "apiKey" ? "scan-6f1c8f8a" : access_token) });

const created = await createProduct({
  body: { kind: "garment", sku: "HAT-0001", title: "A hat", price: 2500, sizes: ["S", "M"] },
});
check(created.data !== undefined && describe(created.data) === "S, M", "a product is created");
const path = { product_id: created.data.id };

const found = await listProducts({ query: { kind: ["garment"], price: { max: 3000 }, sort: "title" } });
check(found.data?.total === 1, "the product is found");

const changed = await changeProduct({ path, body: { tags: ["warm"] }, throwOnError: true });
check(changed.data.item.tags?.[0] === "warm" && changed.data.item.title === "A hat", "only tags have changed");

const missing = await readProduct({ path: { product_id: 99 } });
check(
  missing.error !== undefined && missing.error.detail === "There is no product 99",
  "an error is typed by its status",
);

const added = await addImage({ path, body: { file: new Blob(["PNG"]), caption: "The hat" } });
check(added.data?.size === 3 && added.data.caption === "The hat", "an image is added");

const customer = await createCustomer({ body: { name: "Ann", email: "ann@example.org" }, throwOnError: true });
const address = { street: "High Street 1", city: "London", postalCode: "SW1A 1AA", country: "GB" };
const put = await putAddress({ path: { customer_id: customer.data.id }, body: address });
check(put.data?.postalCode === "SW1A 1AA", "names are those of JSON");

const empty = await basketCheckOut({ headers: { "x-channel": "app" } });
check(empty.response?.status === 409, "nothing is in the basket");
check((await listOrders({ query: { status: ["new", "paid"] } })).data?.total === 0, "so nothing is ordered");
const unpaid = await payOrder({ path: { order_id: 1 }, body: { method: "card", token: "tok_12345" } });
check(unpaid.response?.status === 404, "and nothing can be paid");

const sent = await sendMessage({ body: { sender: "Ann", text: "Hello" } });
check(sent.response?.status === 202, "a form is sent");

await noteMovements({ body: [{ product_id: created.data.id, amount: 3 }] });
const { stream } = await replayMovements();
const events: unknown[] = [];
for await (const event of stream) events.push(event);
check(events.length === 2, "events arrive one by one");

// What the document does not have is no TypeScript.
// @ts-expect-error
void (() => basketCheckOut({}));
// @ts-expect-error
void (() => createProduct({ body: { kind: "car", sku: "CAR-0001", title: "Car", price: 1 } }));

console.log("hey-api: done");

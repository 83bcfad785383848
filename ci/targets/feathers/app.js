// A users service of Feathers 5, put together as its documentation has it: a schema whose validators check
// what is sent, resolvers that date users and give them what was left out, a store in memory that pages.
// Like the services that its command line makes, it offers no PUT.
const { feathers } = require("@feathersjs/feathers");
const express = require("@feathersjs/express");
const { MemoryService } = require("@feathersjs/memory");
const { Ajv, getValidator, hooks, querySyntax, resolve } = require("@feathersjs/schema");
const addFormats = require("ajv-formats");

const details = {
  name: { type: "string", minLength: 1, maxLength: 100 },
  email: { type: "string", format: "email", maxLength: 254 },
  nickname: { anyOf: [{ type: "string", maxLength: 100 }, { type: "null" }] },
};
const dataSchema = {
  $id: "UserData", type: "object", additionalProperties: false, required: ["name", "email"], properties: details,
};
const patchSchema = { $id: "UserPatch", type: "object", additionalProperties: false, properties: details };
const stored = { ...details, id: { type: "number" }, createdAt: { type: "string" }, updatedAt: { type: "string" } };
const querySchema = {
  $id: "UserQuery",
  type: "object",
  additionalProperties: false,
  properties: querySyntax({ ...stored, nickname: { type: "string" } }),
};

const dataValidator = addFormats(new Ajv({}), ["email"]);
const queryValidator = addFormats(new Ajv({ coerceTypes: true }), ["email"]);
const now = async () => new Date().toISOString();
const dated = resolve({ createdAt: now, updatedAt: now });
const changed = resolve({ updatedAt: now });

const app = express(feathers());
app.use(express.json());
app.configure(express.rest());
app.use("/users", new MemoryService({ paginate: { default: 10, max: 50 } }), {
  methods: ["find", "get", "create", "patch", "remove"],
});
app.service("users").hooks({
  before: {
    all: [hooks.validateQuery(getValidator(querySchema, queryValidator))],
    create: [hooks.validateData(getValidator(dataSchema, dataValidator)), hooks.resolveData(dated)],
    patch: [hooks.validateData(getValidator(patchSchema, dataValidator)), hooks.resolveData(changed)],
  },
});
app.use(express.notFound());
app.use(express.errorHandler({ html: false, logger: false }));
app.listen(Number(process.env.PORT), "127.0.0.1");

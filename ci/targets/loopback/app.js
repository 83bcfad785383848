// A users service of LoopBack 4, put together as the documentation of rest-crud has it: a model whose rules
// check what is sent, and a repository and a controller that are made of the model, over a store in memory.
const { inject } = require("@loopback/core");
const { defineModelClass, Entity, juggler, ModelDefinition, RepositoryMixin } = require("@loopback/repository");
const { RestApplication } = require("@loopback/rest");
const { defineCrudRepositoryClass, defineCrudRestController } = require("@loopback/rest-crud");

const User = defineModelClass(
  Entity,
  new ModelDefinition({
    name: "User",
    settings: { strict: true },
    properties: {
      id: { type: "number", id: true, generated: true },
      name: { type: "string", required: true, jsonSchema: { minLength: 1, maxLength: 100 } },
      email: { type: "string", required: true, jsonSchema: { format: "email", maxLength: 254 } },
      nickname: { type: "string", jsonSchema: { maxLength: 100, nullable: true } },
      createdAt: { type: "date", defaultFn: "now" },
    },
  }),
);

const Repository = defineCrudRepositoryClass(User);
inject("datasources.memory")(Repository, undefined, 0);
const Controller = defineCrudRestController(User, { basePath: "/users" });
inject("repositories.UserRepository")(Controller, undefined, 0);

const app = new (RepositoryMixin(RestApplication))({ rest: { host: "127.0.0.1", port: Number(process.env.PORT) } });
app.dataSource(new juggler.DataSource({ name: "memory", connector: "memory" }));
app.repository(Repository);
app.controller(Controller);
app.start();

// Parse Server as its guide has it, on a database whose URL is given; users have a name, which they need, and a
// nickname besides what Parse Server gives them.
const express = require("express");
const { ParseServer } = require("parse-server");

const port = Number(process.env.PORT);

async function main() {
  const server = new ParseServer({
    appId: process.env.PARSE_APPLICATION_ID,
    masterKey: process.env.PARSE_MASTER_KEY,
    databaseURI: process.env.DATABASE_URI,
    serverURL: `http://127.0.0.1:${port}/parse`,
    schema: {
      definitions: [
        {
          className: "_User",
          fields: { name: { type: "String", required: true }, nickname: { type: "String" } },
        },
      ],
    },
    silent: true,
    logsFolder: null,
    maxLimit: 1000,
  });
  await server.start();
  const app = express();
  app.use("/parse", server.app);
  app.listen(port, "127.0.0.1");
}

main().catch((error) => {
  console.error(`Error: ${error.message}`);
  process.exit(1);
});

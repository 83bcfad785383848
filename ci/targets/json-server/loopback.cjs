// Loaded before json-server, which takes --host and then listens on every address of the machine.
// A service without any access control belongs on loopback, so that is where it listens.
const net = require("node:net");

const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function listenOnLoopback(port, host, callback) {
  return listen.call(this, port, host ?? "127.0.0.1", callback);
};

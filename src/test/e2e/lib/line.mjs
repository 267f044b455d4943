// A way for the sockets of a page that can be cut, with the server remembering the page or not.

/** What ends a socket for good, on the default namespace. */
const DISCONNECT = "41";

export class Line {
  /** Each socket of a page with the one to the server that it is led to. */
  #ways = [];
  #forget = false;
  #onOpened = () => {};

  /** Leads the sockets a page opens from now on this way; to be called before it is opened. */
  async lead(page) {
    await page.routeWebSocket(/\/socket\.io\//, (socket) => {
      const server = socket.connectToServer();
      this.#ways.push({ socket, server });
      socket.onMessage((message) => server.send(this.#forget ? anonymous(message) : message));
      this.#onOpened();
    });
  }

  /**
   * Cuts all sockets and waits until the page opens one again. With `forget` the server has been told
   * that the former ones are over, and the next does not ask to go on as one of them.
   */
  async drop({ forget }) {
    this.#forget = forget;
    const opened = new Promise((resolve) => {
      this.#onOpened = resolve;
    });
    for (const { socket, server } of this.#ways.splice(0)) {
      if (forget) server.send(DISCONNECT);
      await Promise.all([server.close(), socket.close()]);
    }
    await opened;
  }
}

/** A wish to connect without the session it would go on with; any other message as it is. */
function anonymous(message) {
  if (typeof message !== "string" || !message.startsWith("40{")) return message;
  const { pid, offset, ...auth } = JSON.parse(message.slice(2));
  return `40${JSON.stringify(auth)}`;
}

// A way for the sockets of a page that can be cut, with the server remembering the page or not.

/** A wish to connect, with its namespace if it is not the default one. */
const CONNECT = /^40(\/[^,]*,)?(\{.*)$/s;

export class Line {
  /** Each socket of a page with the one to the server that it is led to. */
  #ways = [];
  #namespace = "";
  #forget = false;
  #onOpened = () => {};

  /** Leads the sockets a page opens from now on this way; to be called before it is opened. */
  async lead(page) {
    await page.routeWebSocket(/\/socket\.io\//, (socket) => {
      const server = socket.connectToServer();
      this.#ways.push({ socket, server });
      socket.onMessage((message) => server.send(this.#led(message)));
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
      if (forget) server.send(`41${this.#namespace}`);
      await Promise.all([server.close(), socket.close()]);
    }
    await opened;
  }

  /** A wish to connect, maybe without the session it would go on with; any other message as it is. */
  #led(message) {
    const [, namespace = "", payload] = CONNECT.exec(message) ?? [];
    if (payload === undefined) return message;
    this.#namespace = namespace;
    if (!this.#forget) return message;
    const { pid, offset, ...auth } = JSON.parse(payload);
    return `40${namespace}${JSON.stringify(auth)}`;
  }
}

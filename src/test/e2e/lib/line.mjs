// A way for the sockets of a page that can be cut, with the server remembering the page or not.

export class Line {
  #ends = [];
  #forget = false;
  #onOpened = () => {};

  /** Leads the sockets a page opens from now on this way; to be called before it is opened. */
  async lead(page) {
    await page.routeWebSocket(/\/socket\.io\//, (socket) => {
      const server = socket.connectToServer();
      this.#ends.push(socket, server);
      socket.onMessage((message) => server.send(this.#forget ? anonymous(message) : message));
      this.#onOpened();
    });
  }

  /**
   * Cuts all sockets and waits until the page opens one again. With `forget` that one does not say
   * which socket it was before.
   */
  async drop({ forget }) {
    this.#forget = forget;
    const opened = new Promise((resolve) => {
      this.#onOpened = resolve;
    });
    await Promise.all(this.#ends.splice(0).map((end) => end.close()));
    await opened;
  }
}

/** A wish to connect without the session it would go on with; any other message as it is. */
function anonymous(message) {
  if (typeof message !== "string" || !message.startsWith("40{")) return message;
  const { pid, offset, ...auth } = JSON.parse(message.slice(2));
  return `40${JSON.stringify(auth)}`;
}

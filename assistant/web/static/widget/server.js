/** The server, as one asker reaches it: with a fresh token for every request, and once more where it had run out. */
import { decide, request, run, WireError } from "./wire.js";

export class Server {
  /** @param {{address: () => URL, token: () => (string | (() => Promise<string>)), language: () => string}} around */
  constructor(around) {
    this.around = around;
  }

  /** The asker's token. Where the host page cannot fetch one just now (`fetch` says so by a TypeError), it is offline. */
  async token() {
    const given = this.around.token();
    let token;
    try {
      token = typeof given === "function" ? await given() : given;
    } catch (error) {
      if (error instanceof TypeError) throw new WireError("offline");
      console.error(error);
    }
    if (!token) throw new WireError("no_token");
    return token;
  }

  /** The events of a turn; `asked` brings its token. */
  run(asked, signal) {
    return run(new URL("agui", this.around.address()), { ...asked, language: this.around.language() }, signal);
  }

  decide(id, decision, changes) {
    return this.#signed((signed) => decide(this.#at("proposals", id, decision), { ...signed, changes }));
  }

  async json(parts, asked = {}) {
    const response = await this.response(parts, asked);
    return response.status === 204 ? null : response.json();
  }

  /** @param {string[]} parts of the path, each escaped  @param {{method: string?, body: object?, query: object?}} asked */
  response(parts, { query = {}, ...asked } = {}) {
    const address = this.#at(...parts);
    for (const [name, value] of Object.entries(query)) if (value) address.searchParams.set(name, value);
    return this.#signed((signed) => request(address, { ...asked, ...signed }));
  }

  /** Whether the same may be tried with a new token. */
  mayRenew(error) {
    return error.code === "not_signed_in" && typeof this.around.token() === "function";
  }

  async #signed(work, mayRetry = true) {
    try {
      return await work({ token: await this.token(), language: this.around.language() });
    } catch (error) {
      if (!mayRetry || !this.mayRenew(error)) throw error;
      return this.#signed(work, false);
    }
  }

  #at(...parts) {
    return new URL(parts.map(encodeURIComponent).join("/"), this.around.address());
  }
}

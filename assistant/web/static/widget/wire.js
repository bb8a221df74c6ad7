/** AG-UI over fetch: one turn out, its events back; and the plain requests beside it. */

/** What went wrong: `code` is the server's, or "offline", "broken_off", "no_token". `message` is its sentence. */
export class WireError extends Error {
  constructor(code, message = "") {
    super(message);
    this.code = code;
  }
}

/** What a proxy answers while the server behind it is away. */
const AWAY = [502, 503, 504];

/**
 * Runs one turn and yields its AG-UI events as objects.
 * @param {string} address the URL of /agui
 * @param {{token: string, conversation: string, turn: string, question: string, language: string, replaces: string?}} asked
 * @param {AbortSignal} signal aborting it closes the connection, which cancels the turn on the server
 */
export async function* run(address, asked, signal) {
  const { conversation, turn, question, replaces } = asked;
  const input = {
    threadId: conversation,
    runId: turn,
    messages: [{ id: `${turn}-question`, role: "user", content: question }],
    tools: [],
    context: [],
    state: {},
    forwardedProps: replaces ? { replaces } : {},
  };
  const response = await request(address, { ...asked, method: "POST", body: input, accept: "text/event-stream", signal });
  let ended = false;
  for await (const event of messages(response.body, signal)) {
    if (event.type === "RUN_ERROR") throw new WireError(event.code ?? "internal", event.message);
    ended ||= event.type === "RUN_FINISHED";
    yield event;
  }
  if (!ended) throw new WireError("broken_off");
}

/**
 * Says yes or no to a proposal, and gives it as it stands then: also where it could no longer be decided (409).
 * @param {string} address the URL of its confirm or reject
 * @param {{token: string, language: string, changes: object | null}} decision
 */
export async function decide(address, { token, language, changes }) {
  const response = await request(address, { token, language, method: "POST", body: changes && { changes }, takes: [409] });
  const standing = await response.json();
  if (!standing.state) throw new WireError(standing.error?.code ?? "internal", standing.error?.message);
  return standing;
}

/**
 * Any request of ours. Raises WireError for what cannot be reached or is refused.
 * @param {{token: string, language: string, method: string?, body: object?, accept: string?, takes: number[]?, signal: AbortSignal?}} asked
 *   `takes` are statuses that are an answer too
 */
export async function request(address, { token, language, method = "GET", body = null, accept = "*/*", takes = [], signal = null }) {
  const headers = { Accept: accept, "Accept-Language": language, Authorization: `Bearer ${token}` };
  if (body) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(address, { method, headers, body: body && JSON.stringify(body), credentials: "omit", signal });
  } catch (error) {
    throw signal?.aborted ? error : new WireError("offline");
  }
  if (!response.ok && !takes.includes(response.status)) throw await refusal(response);
  return response;
}

async function refusal(response) {
  try {
    const { error } = await response.json();
    return new WireError(error.code, error.message);
  } catch {
    return new WireError(response.status === 413 ? "too_large" : AWAY.includes(response.status) ? "offline" : "internal");
  }
}

async function* messages(body, signal) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    while (true) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + value).split(/\r?\n\r?\n/);
      rest = parts.pop();
      for (const part of parts) {
        const data = part.split(/\r?\n/).filter((line) => line.startsWith("data:"));
        if (data.length) yield JSON.parse(data.map((line) => line.slice(5)).join("\n"));
      }
    }
  } catch (error) {
    throw signal.aborted || error instanceof WireError ? error : new WireError("broken_off");
  } finally {
    reader.cancel().catch(() => {});
  }
}

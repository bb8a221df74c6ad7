/** Files that an answer offers: a button each, because the server gives them out to whoever signs in, and to no link. */
import { make } from "./make.js";
import { WireError } from "./wire.js";

/**
 * @param {{title: string, files: {form: string, path: string}[]}} block
 * @param {{download: (path: string) => Promise<void>, sentence: (error) => string}} sources
 */
export function downloads({ title, files }, { download, sentence }) {
  const failure = make("span", { class: "note error", role: "alert" });
  const button = ({ form, path }) =>
    make("button", { type: "button", class: "plain", onclick: () => save(path) }, form);
  const save = async (path) => {
    failure.textContent = "";
    try {
      await download(path);
    } catch (error) {
      failure.textContent = ` ${sentence(error)}`;
    }
  };
  return make("p", { class: "downloads" }, `${title}: `, ...files.flatMap((file) => [button(file), " "]), failure);
}

/** Fetches a file and gives it to the browser to keep. */
export async function fetchFile(address, { token, language }) {
  let response;
  try {
    const headers = { "Accept-Language": language, Authorization: `Bearer ${token}` };
    response = await fetch(address, { headers, credentials: "omit" });
  } catch {
    throw new WireError("offline");
  }
  if (!response.ok) throw new WireError(response.status === 401 ? "not_signed_in" : "internal");
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "list";
  const file = URL.createObjectURL(await response.blob());
  make("a", { href: file, download: name }).click();
  URL.revokeObjectURL(file);
}

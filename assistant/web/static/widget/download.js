/** Files that an answer offers: a button each, because the server gives them out to whoever signs in, and to no link. */
import { make } from "./make.js";

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

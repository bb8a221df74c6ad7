// One script tag for a host page: registers <rapport-chat>. See docs/embedding.md.
import { RapportChat } from "./static/widget/chat.js";

if (!customElements.get("rapport-chat")) customElements.define("rapport-chat", RapportChat);

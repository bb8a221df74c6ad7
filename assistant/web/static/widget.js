// One script tag for a host page: registers <rapport-chat> and <rapport-overview>. See docs/embedding.md.
import { RapportChat } from "./static/widget/chat.js";
import { RapportOverview } from "./static/widget/overview.js";

if (!customElements.get("rapport-chat")) customElements.define("rapport-chat", RapportChat);
if (!customElements.get("rapport-overview")) customElements.define("rapport-overview", RapportOverview);

/** What the browser keeps for one tab: the conversation's id, per employee. Nothing of what was said. */

/** An id that cannot be guessed. `crypto.randomUUID` is missing where a page is not served over HTTPS. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The employee a token names, only to keep conversations of two people in one tab apart. */
export function employeeOf(token) {
  try {
    const payload = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(atob(payload)).sub ?? "";
  } catch {
    return "";
  }
}

const place = (employee) => `rapport.conversation.${employee}`;

/** The conversation that this tab has begun for that employee, or null. */
export function conversationOf(employee) {
  return sessionStorage.getItem(place(employee));
}

/** This tab goes on in that conversation; null: in none, until the next question begins one. */
export function goOnIn(employee, id) {
  if (id) sessionStorage.setItem(place(employee), id);
  else sessionStorage.removeItem(place(employee));
}

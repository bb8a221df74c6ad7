/** The icons of buttons: drawn here, so that nothing is loaded for them. */

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  copy: "M9 9h10v11H9zM5 15V4h10",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  retry: "M20 12a8 8 0 1 1-2.5-5.8M20 3v5h-5",
  up: "M7 11l4-8c1.500 0 2.500 1 2.500 2.500L13 9h6.500c1 0 1.500 1 1.300 1.800l-1.800 8c-.2.700-.8 1.200-1.500 1.200H7zM7 11H3v9h4",
  down: "M17 13l-4 8c-1.500 0-2.500-1-2.500-2.500L11 15H4.500c-1 0-1.500-1-1.300-1.800l1.800-8C5.200 4.500 5.800 4 6.500 4H17zM17 13h4V4h-4",
  print: "M7 8V3h10v5M7 17H4V9h16v8h-3M7 14h10v7H7z",
  menu: "M4 6h16M4 12h16M4 18h16",
  close: "M6 6l12 12M18 6L6 18",
  grow: "M14 4h6v6M10 20H4v-6M20 4l-7 7M4 20l7-7",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  chat: "M4 5h16v11H9l-5 4z",
  done: "M5 12l5 5 9-10",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of [["viewBox", "0 0 24 24"], ["class", "icon"], ["aria-hidden", "true"], ["focusable", "false"]]) svg.setAttribute(key, value);
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

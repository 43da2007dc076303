import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { startWords } from "../words";

startWords();
configure({ asyncUtilTimeout: 4000, getElementError: (message) => new Error(message?.split("\n\n", 1)[0] ?? "not found") });
afterEach(cleanup);

// What jsdom lacks and the components ask for.
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollIntoView ??= () => undefined;
Element.prototype.getAnimations ??= () => [];

import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import { startWords } from "../words";

startWords();
afterEach(cleanup);

// What jsdom lacks and the components ask for.
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollIntoView ??= () => undefined;
Element.prototype.getAnimations ??= () => [];

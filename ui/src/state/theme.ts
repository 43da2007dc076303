import { useLayoutEffect } from "react";
import type { Theme } from "../ipc/bindings";
import { useSettings } from "./app";

/** Where the last theme is remembered, so that the first frame has it before the settings are there. */
const REMEMBERED = "theme";

/** Puts the chosen theme on the root; "system" leaves the choice to the style sheet. */
export function useTheme(): void {
  const { theme } = useSettings();
  useLayoutEffect(() => {
    show(theme);
    window.localStorage.setItem(REMEMBERED, theme);
  }, [theme]);
}

/** Shows the theme of the last time. */
export function rememberTheme(): void {
  const last = window.localStorage.getItem(REMEMBERED);
  if (last === "light" || last === "dark") show(last);
}

function show(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

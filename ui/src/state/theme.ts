import { useLayoutEffect } from "react";
import { useSettings } from "./app";

/** Puts the chosen theme on the root; "system" leaves the choice to the style sheet. */
export function useTheme(): void {
  const { theme } = useSettings();
  useLayoutEffect(() => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
}

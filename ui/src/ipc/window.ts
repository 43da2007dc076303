// What the window needs of its host besides commands.
import { host } from "./host";

/** Writes text to the clipboard. Never hand it a secret. */
export async function copyText(text: string): Promise<void> {
  await (await host()).copy(text);
}

/** Opens a page in the user's browser. Anything but `https` is ignored: registries name these addresses. */
export async function openPage(address: string): Promise<void> {
  if (!isHttps(address)) return;
  await (await host()).open(address);
}

/** Whether an address may be opened in the browser. */
export function isHttps(address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === "https:";
}

/** Ends the program and starts it again. */
export async function restart(): Promise<void> {
  await (await host()).invoke("app_restart");
}

let told = false;

/** Tells the shell, once, that the first real screen has been painted. */
export function tellReady(): void {
  if (told) return;
  told = true;
  // The first frame callback runs before the paint, the second after it.
  requestAnimationFrame(() => requestAnimationFrame(() => {
    // The shell may not care; a window that is ready is ready either way.
    void host().then((there) => there.invoke("app_ready")).catch(() => undefined);
  }));
}

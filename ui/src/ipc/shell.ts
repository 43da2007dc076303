// The desktop shell as a host.
import { Channel, invoke } from "@tauri-apps/api/core";
import { writeText } from "@tauri-apps/plugin-clipboard-manager";
import { openUrl } from "@tauri-apps/plugin-opener";
import type { JobEvent } from "./bindings";
import type { Host } from "./host";

/** Tauri. */
export const shell: Host = {
  invoke: (name, args) => invoke(name, args),
  listen: async (onEvent) => {
    const channel = new Channel<JobEvent>();
    channel.onmessage = onEvent;
    await invoke("jobs_listen", { channel });
  },
  copy: (text) => writeText(text),
  open: (address) => openUrl(address),
};

import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/app.css";
import "./styles/ui.css";
import { App } from "./App";
import { listenToJobs } from "./ipc/jobs";
import { loadFonts } from "./state/fonts";
import { createQueries, followChanges } from "./state/queries";
import { rememberTheme } from "./state/theme";
import { startWords } from "./words";

rememberTheme();
loadFonts();
startWords();
const queries = createQueries();
followChanges(queries);
void listenToJobs();

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>,
  );
}

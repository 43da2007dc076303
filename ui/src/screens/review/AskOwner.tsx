import { Button } from "../../components/Button";
import { showToast } from "../../components/Toast";
import type { ApiError, Plan } from "../../ipc/bindings";
import { copyText } from "../../ipc/window";
import { t } from "../rules/say/t";
import { ownerRequest } from "./ownerRequest";
import type { Standing } from "./useReview";

/** Where a role is too low: the text that asks somebody with a higher one. */
export function AskOwner({ plan, project, error, standing }: { plan: Plan; project: string; error: ApiError; standing: Standing | null }) {
  const view = plan.projects.find((one) => one.project === project);
  if (error.code !== "auth.role" || view === undefined) return null;
  const text = () => ownerRequest(view, error, standing?.get(project)?.changes ?? []);
  return (
    <Button size="sm" icon="copy" onClick={() => void copyText(text()).then(() => showToast(t("review.request.copied")))}>
      {t("review.request.copy")}
    </Button>
  );
}

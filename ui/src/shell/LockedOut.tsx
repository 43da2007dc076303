// All there is to see while another Tagwarden has the database open.
import { useTranslation } from "react-i18next";
import { Button } from "../components/Button";
import { ErrorCode } from "../components/ErrorNotice";
import { errorWords } from "../components/errorWords";
import { EmptyState } from "../components/EmptyState";
import { moment } from "../format";
import type { ApiError, LockHolder } from "../ipc/bindings";
import { restart } from "../ipc/window";

export function LockedOut({ error, holder }: { error: ApiError; holder: LockHolder | undefined }) {
  const { t } = useTranslation();
  const words = errorWords(error, t);
  return (
    <main className="locked-out">
      <EmptyState wholeWindow title={words.title} actions={<Button kind="filled" onClick={() => void restart()}>{t("common.retry")}</Button>}>
        {words.text}{holder && <> {holderWords(holder)}</>} {words.help} <ErrorCode code={error.code} />
      </EmptyState>
    </main>
  );

  function holderWords({ pid, host, since }: LockHolder): string {
    // A process id is a name and not an amount.
    const who = { pid: String(pid), host };
    return since === null ? t("shell.locked.holderOnly", who) : t("shell.locked.holder", { ...who, since: moment(since) });
  }
}

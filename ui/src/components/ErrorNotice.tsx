import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "../ipc/bindings";
import { copyText } from "../ipc/window";
import { Button } from "./Button";
import { errorDetails, errorWords } from "./errorWords";
import { Message } from "./Message";
import type { MessageSeverity } from "./Message";

const MILD = /^(net\.offline|server\.list-cut|http\.rate-limit|keychain\.|rules\.(limit|conflict|duplicate)|job\.cancelled|plan\.)/;

/** The code by which an error is found again, in every language. */
export function ErrorCode({ code }: { code: ApiError["code"] }) {
  const { t } = useTranslation();
  return <span className="f11 t3 nowrap">{t("common.code")} <code>{code}</code></span>;
}

/** An error in words: what happened, what is kept, what to do. */
export function ErrorNotice({ error, actions, fresh = true }: {
  error: ApiError;
  actions?: ReactNode;
  /** It has just come up, so it is read out. */
  fresh?: boolean;
}) {
  const { t } = useTranslation();
  const words = errorWords(error, t);
  const severity: MessageSeverity = MILD.test(error.code) ? "warning" : "danger";
  return (
    <Message
      severity={severity}
      title={words.title}
      role={fresh ? "alert" : undefined}
      actions={<>
        {actions}
        <Button kind="ghost" size="sm" icon="copy" onClick={() => void copyText(errorDetails(error))}>{t("common.copyDetails")}</Button>
        <ErrorCode code={error.code} />
      </>}
    >
      {words.text} {words.help}
      {error.server_words && <div className="t2">{t("errors.serverWords")}: <code className="words">{error.server_words}</code></div>}
    </Message>
  );
}

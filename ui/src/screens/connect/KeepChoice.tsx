import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Keep, KeychainState } from "../../ipc/bindings";

const ALL: readonly Keep[] = ["keychain", "session"];

/** Where the token is kept: one tab stop, arrows choose. */
export function KeepChoice({ value, keychain, onChange }: { value: Keep; keychain: KeychainState; onChange: (keep: Keep) => void }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const open = keychain === "available" ? ALL : (["session"] as const);
  const hint = (keep: Keep) => {
    if (keep === "session") return t("connect.sessionHint");
    if (keychain === "available") return t("connect.keychainHint");
    return keychain === "locked" ? t("connect.keychainLocked") : t("connect.keychainNone");
  };
  return (
    <div className="fld">
      <span className="lbl" aria-hidden="true">{t("connect.keepIn")}</span>
      <div
        ref={box}
        role="radiogroup"
        aria-label={t("connect.keepLabel")}
        className="choices"
        onKeyDown={(event) => {
          if (!event.key.startsWith("Arrow")) return;
          event.preventDefault();
          const next = open[(open.indexOf(value as "session") + 1) % open.length];
          if (!next) return;
          onChange(next);
          box.current?.querySelectorAll<HTMLElement>("[role=radio]")[ALL.indexOf(next)]?.focus();
        }}
      >
        {ALL.map((keep) => {
          const off = keep === "keychain" && keychain !== "available";
          return (
            <button key={keep} type="button" role="radio" aria-checked={value === keep} aria-disabled={off || undefined} aria-label={t(`connect.${keep}`)} tabIndex={value === keep ? 0 : -1} onClick={() => !off && onChange(keep)}>
              <span className="rad" data-on={value === keep || undefined} />
              <span className={off ? "m t3" : "m"}>{t(`connect.${keep}`)}</span>
              <span className="grow" />
              <span className="f12 t3">{hint(keep)}</span>
            </button>
          );
        })}
      </div>
    </div>
  );
}

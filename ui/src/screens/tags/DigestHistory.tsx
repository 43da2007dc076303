import { ago, moment, shortDigest } from "../../format";
import type { DigestSince } from "../../ipc/bindings";
import { Rich } from "../rules/say/Rich";
import { t } from "../rules/say/t";
import { value } from "../rules/say/values";

/** Where a tag has pointed, newest first. A tag that never moved has no history. */
export function DigestHistory({ history }: { history: readonly DigestSince[] }) {
  if (history.length < 2) return null;
  return (
    <div className="sect">
      <h3>{t("tags.history.title")}</h3>
      <ol className="tg-hist">
        {history.map((one, place) => (
          <li key={`${one.since}-${one.digest}`}>
            <div className="row f12" style={{ gap: 8 }}>
              <span className={`mono f11m${place === 0 ? "" : " t2"}`} title={one.digest}>
                {shortDigest(one.digest)}
              </span>
              {place === 0 ? <span className="pill pill-s">{t("tags.history.now")}</span> : null}
              <span className="grow" />
              {one.since === null ? null : <span className="t3 f11 num">{moment(one.since)}</span>}
            </div>
            <div className="f11 t3 wrap">
              <Rich text={said(one, place === 0)} />
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}

function said({ since, names }: DigestSince, now: boolean): string {
  const equal = names.map((name) => `\`${value(name)}\``).join(t("rules.words.comma"));
  if (now && since !== null) {
    const when = ago(since);
    return equal === "" ? t("tags.history.moved", { when }) : t("tags.history.movedTo", { when, names: equal });
  }
  if (since === null) return equal === "" ? t("tags.history.first") : t("tags.history.firstEqual", { names: equal });
  return equal === "" ? t("tags.history.left") : t("tags.history.equal", { names: equal });
}

import { useQuery } from "@tanstack/react-query";

import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Icon } from "../../components/Icon";
import { PatternText } from "../../components/PatternText";
import { StateBadge, StateIcon } from "../../components/State";
import { showToast } from "../../components/Toast";
import { age, bytes, moment, shortDigest } from "../../format";
import type { MatrixRow, Outcome, Rule, TagDetails, TagRow } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { copyText } from "../../ipc/window";
import { keys } from "../../state/queries";
import { go } from "../../state/route";
import { kindOf } from "../rules/RuleCard";
import { isAllowed } from "../rules/say/decision";
import { Rich } from "../rules/say/Rich";
import { PROTECTING, sayActor, sayRole } from "../rules/say/roles";
import { t } from "../rules/say/t";

export type InspectorProps = { tag: TagRow; image: (tag: TagRow) => TagRow; onPrevious: () => void; onNext: () => void; onClose: () => void };

/** Other names of the same digest shown at most. */
const MOST_SAME = 6;

/** One tag closely: where it stands and why. */
export function Inspector({ tag, image, onPrevious, onNext, onClose }: InspectorProps) {
  const question = { project: tag.project, repository: tag.repository, name: tag.name };
  const { data, error } = useQuery({ queryKey: [...keys.inventory, "tag", question], queryFn: () => call("tag_details", question) });
  const gone = error !== null && asApiError(error).code === "server.not-found";
  const row = image(data?.row ?? tag);
  return (
    <aside className="insp tg-insp" aria-label={t("tags.details")} onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <div className="phead tg-insp-h">
        <h2 className="mono trunc" title={row.name}>
          <bdi>{row.name}</bdi>
        </h2>
        <StateBadge state={row.state} />
        <span className="grow" />
        <span className="row" style={{ gap: 0 }}>
          <Button size="sm" kind="ghost" icon="chevron-up" aria-label={t("tags.previous")} onClick={onPrevious} />
          <Button size="sm" kind="ghost" icon="chevron-down" aria-label={t("tags.next")} onClick={onNext} />
          <Button size="sm" kind="ghost" icon="close" aria-label={t("tags.closeDetails")} onClick={onClose} />
        </span>
      </div>
      <div className="tg-insp-b">
        {gone ? <EmptyState title={t("tags.gone")} /> : null}
        {error !== null && !gone ? (
          <div className="sect">
            <ErrorNotice error={asApiError(error)} />
          </div>
        ) : null}
        {gone ? null : (
          <>
            <Facts row={row} details={data ?? null} />
            {data === undefined ? null : <Why details={data} />}
          </>
        )}
      </div>
      <div className="efoot" style={{ padding: "0 12px" }}>
        <Button icon="simulator" onClick={() => go({ screen: "project", id: row.project, tab: "simulator", params: { repository: row.repository, tag: row.name } })}>
          {t("tags.simulate")}
        </Button>
        <Button
          icon="plus"
          disabledReason={data === undefined || data.rules_known.known === "read" ? null : t("visibility.whyNoRule")}
          onClick={() => go({ screen: "project", id: row.project, tab: "rules", params: { "rule-from": row.name } })}
        >
          {t("tags.newRule")}
        </Button>
      </div>
    </aside>
  );
}

function Facts({ row, details }: { row: TagRow; details: TagDetails | null }) {
  const { digest } = row;
  const same = details?.same_digest ?? [];
  return (
    <div className="sect">
      <dl className="kv">
        <dt>{t("tags.repository")}</dt>
        <dd className="wrap">
          <bdi>{row.repository_path}</bdi>
        </dd>
        <dt>{t("tags.digest")}</dt>
        <dd className="row" style={{ gap: 4 }}>
          {digest === null ? (
            t("tags.unread")
          ) : (
            <>
              <span className="mono trunc f11m" title={digest}>
                {digest}
              </span>
              <Button
                size="sm"
                kind="ghost"
                icon="copy"
                className="tg-copy"
                aria-label={t("tags.copyDigest")}
                onClick={() => void copyText(digest).then(() => showToast(t("tags.copied")))}
              />
            </>
          )}
        </dd>
        {same.length === 0 ? null : (
          <>
            <dt>{t("tags.alsoTagged")}</dt>
            <dd className="tg-same">
              {same.slice(0, MOST_SAME).map((one) => (
                <span key={one.name} className="row" style={{ gap: 6 }}>
                  <span className="mono f11m trunc" title={one.name}>
                    <bdi>{one.name}</bdi>
                  </span>
                  <StateIcon state={one.state} />
                </span>
              ))}
              {same.length > MOST_SAME ? <span className="t3">{t("tags.moreSame", { count: same.length - MOST_SAME })}</span> : null}
            </dd>
          </>
        )}
        <dt>{t("tags.size")}</dt>
        <dd>{row.size === null ? missing(row) : bytes(row.size)}</dd>
        <When name={t("tags.pushed")} at={row.pushed_at} or={row.created_at === null ? missing(row) : null} />
        <When name={t("tags.imageMade")} at={row.created_at} or={null} />
        {row.moved_at === null ? null : (
          <>
            <dt>{t("tags.movedAt")}</dt>
            <dd className="wrap">
              {row.previous_digest === null ? (
                moment(row.moved_at)
              ) : (
                <Rich text={t("tags.movedFrom", { when: moment(row.moved_at), digest: shortDigest(row.previous_digest) })} />
              )}
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}

/** A moment and its name; without one, the words instead, or nothing at all. */
function When({ name, at, or }: { name: string; at: number | null; or: string | null }) {
  if (at === null && or === null) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd title={at === null ? undefined : moment(at)}>{at === null ? or : age(at)}</dd>
    </>
  );
}

/** Why something of an image is missing. */
function missing(row: TagRow): string {
  return t(row.digest === null || row.image_unread ? "tags.unread" : "tags.untold");
}

function Why({ details }: { details: TagDetails }) {
  const { row, covering, rules_known: known } = details;
  const unknown = known.known === "read" ? null : known.known === "not_read" ? t("visibility.title.not_read") : t(`visibility.title.${known.reason.why}`);
  const kinds = new Set(covering.map((one) => kindOf(one.rule)));
  return (
    <div className="sect">
      <h3>{t(`tags.why.${row.state}`)}</h3>
      <ul>
        {covering.map((one) => (
          <Reason key={one.id} icon={<StateIcon state={kindOf(one.rule)} />} under={rulesOf(one.rule)}>
            {t("tags.rule")} <PatternText pattern={one.rule.tags.pattern} dialect={one.rule.tags.dialect} mode={one.rule.tags.mode} className="rx-wrap" />
          </Reason>
        ))}
        {unknown === null ? null : (
          <Reason icon={<Icon name="info" size="xs" />} {...(row.told_by_server && row.state !== "unknown" && { under: t("tags.toldByServer") })}>
            {unknown}
          </Reason>
        )}
        {unknown === null && row.state === "unknown" ? <Reason icon={<Icon name="unknown" size="xs" />}>{t("tags.uncertain")}</Reason> : null}
        {covering.length === 0 && row.state === "open" ? (
          <Reason icon={<Icon name="minus" size="xs" />} under={t("tags.noRuleText")}>
            {t("tags.noRule")}
          </Reason>
        ) : null}
        {kinds.has("protected") && !kinds.has("immutable") ? (
          <Reason icon={<Icon name="minus" size="xs" />} under={t("tags.noImmutableText")}>
            {t("tags.noImmutable")}
          </Reason>
        ) : null}
      </ul>
      <table className="mx tg-mx" aria-label={t("tags.who")}>
        <thead>
          <tr>
            <th scope="col" style={{ width: 104 }}>
              {t("tags.role")}
            </th>
            <th scope="col">{t("tags.overwrite")}</th>
            <th scope="col">{t("tags.delete")}</th>
          </tr>
        </thead>
        <tbody>
          {details.matrix.filter(isMember).map((one) => (
            <tr key={one.actor}>
              <th scope="row">{sayActor(row.roles, one.actor)}</th>
              <Cell outcome={one.overwrite} />
              <Cell outcome={one.delete_tag} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Guests and reporters may never push; their rows say nothing. */
function isMember(row: MatrixRow): boolean {
  return row.overwrite !== "not_used" && row.overwrite !== "no_access";
}

function rulesOf(rule: Rule): string {
  if (rule.effect.kind === "immutable") return rule.effect.blocks === "overwrite" ? t("tags.nobodyOverwrite") : t("tags.nobodyBoth");
  const push = t("tags.pushFrom", { role: sayRole(PROTECTING, rule.effect.push) });
  return `${push}, ${t("tags.deleteFrom", { role: sayRole(PROTECTING, rule.effect.delete) })}`;
}

function Reason({ icon, under, children }: { icon: React.ReactNode; under?: string; children: React.ReactNode }) {
  return (
    <li className="tg-why">
      <span className="t3">{icon}</span>
      <div className="f12">
        {children}
        {under === undefined ? null : <div className="t3">{under}</div>}
      </div>
    </li>
  );
}

function Cell({ outcome }: { outcome: Outcome }) {
  const allowed = isAllowed(outcome);
  const look = allowed === null ? "z" : allowed ? "y" : "n";
  return (
    <td>
      <span className={`vd ${look}`} title={t(`decision.outcome.${outcome}`)}>
        <Icon name={allowed === null ? "minus" : allowed ? "check-circle" : "no"} />
        {allowed === null ? t("tags.na") : t(allowed ? "tags.allowed" : "tags.denied")}
      </span>
    </td>
  );
}

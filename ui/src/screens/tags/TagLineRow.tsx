import type { CSSProperties } from "react";

import { Icon } from "../../components/Icon";
import { PatternText } from "../../components/PatternText";
import { ShareBar, StateBadge } from "../../components/State";
import { age, bytes, moment, shortDigest } from "../../format";
import type { Role, TagLine, TagRow } from "../../ipc/bindings";
import { sayRole, sayRoleShort } from "../rules/say/roles";
import { t } from "../rules/say/t";

export type TagLineRowProps = {
  id: string;
  index: number;
  style: CSSProperties;
  line: TagLine | undefined;
  active: boolean;
  grouped: boolean;
  columns: string;
  onChoose: () => void;
};

/** One line of the table: a repository's heading or a tag. */
export function TagLineRow({ id, index, style, line, active, grouped, columns, onChoose }: TagLineRowProps) {
  const place = { ...style, gridTemplateColumns: columns };
  // The heads are row 1.
  const common = { id, role: "row", "aria-rowindex": index + 2, "aria-selected": active };
  if (line === undefined) {
    return (
      <div {...common} style={place} className="tg-row">
        <span role="gridcell">
          <span className="skeleton" style={{ width: `${120 + ((index * 37) % 80)}px` }} />
        </span>
      </div>
    );
  }
  if (line.line === "repository") {
    return (
      <div {...common} style={style} className={`tg-group${active ? " is-active" : ""}`} onClick={onChoose}>
        <span role="gridcell" className="row" style={{ gap: 6 }}>
          <Icon name="repository" size="xs" />
          <b className="mono trunc" title={line.path}>
            <bdi>{line.path}</bdi>
          </b>
          <span className="f11 t3 nowrap">{t("tags.count", { count: line.tags })}</span>
        </span>
        <span role="gridcell">
          <ShareBar states={line.states} />
        </span>
      </div>
    );
  }
  const { tag } = line;
  return (
    <div {...common} style={place} className={`tg-row${active ? " is-active" : ""}`} onClick={onChoose}>
      <span role="gridcell" className="mono trunc" title={tag.name}>
        <bdi>{tag.name}</bdi>
      </span>
      {grouped ? null : (
        <span role="gridcell" className="trunc t2 c-repository" title={tag.repository_path}>
          <bdi>{tag.repository_path}</bdi>
        </span>
      )}
      <span role="gridcell" className="mono t3 f11m c-digest">
        {tag.digest === null ? "–" : shortDigest(tag.digest)}
      </span>
      <span role="gridcell">
        <StateBadge state={tag.state} />
      </span>
      <span role="gridcell" className="trunc">
        {tag.deciding === null ? (
          <span className="t3">{ruleOf(tag)}</span>
        ) : (
          <PatternText pattern={tag.deciding.rule.tags.pattern} dialect={tag.deciding.rule.tags.dialect} mode={tag.deciding.rule.tags.mode} />
        )}
      </span>
      <span role="gridcell" className="trunc t2 c-roles" title={rolesOf(tag)}>
        {rolesOf(tag)}
      </span>
      <span role="gridcell" className="num t2 c-size">
        {tag.size === null ? <Missing unread={tag.image_unread} /> : bytes(tag.size)}
      </span>
      <Pushed tag={tag} />
      <span role="gridcell">
        <Changed tag={tag} />
      </span>
    </div>
  );
}

/** What stands in the place of the deciding rule where none can be named. */
function ruleOf(tag: TagRow): string {
  if (tag.state === "unknown") return t("tags.unknownRule");
  return tag.told_by_server && tag.state !== "open" ? t("visibility.short") : t("tags.noMatch");
}

/** “Maintainer / Owner”, one role for both, or nobody. */
export function rolesOf(tag: TagRow): string {
  if (tag.state === "unknown") return t("tags.unknownRule");
  const name = (role: Role | null, say: typeof sayRole) => (role === null ? t("tags.nobody") : say(tag.roles, role));
  // Levels that are called the same are the same.
  const [push, remove] = [name(tag.push, sayRole), name(tag.delete, sayRole)];
  return push === remove ? push : `${name(tag.push, sayRoleShort)} / ${name(tag.delete, sayRoleShort)}`;
}

/** When the tag was pushed, or else when its image was made. */
function Pushed({ tag: { pushed_at, created_at, image_unread } }: { tag: TagRow }) {
  const at = pushed_at ?? created_at;
  const title = at === null ? undefined : pushed_at === null ? t("tags.imageMadeAt", { when: moment(at) }) : moment(at);
  return (
    <span role="gridcell" className="num t3 c-pushed" title={title}>
      {at === null ? <Missing unread={image_unread} /> : age(at)}
    </span>
  );
}

/** What will be read when it stays in sight is told from what nobody knows. */
function Missing({ unread }: { unread: boolean }) {
  return unread ? <span title={t("tags.unread")}>…</span> : "–";
}

function Changed({ tag }: { tag: TagRow }) {
  if (tag.moved_at === null) return null;
  const incident = tag.state === "immutable";
  return (
    <span
      className={`row ${incident ? "bad m" : "warn"}`}
      style={{ gap: 4 }}
      title={moment(tag.moved_at)}
      {...(incident ? { role: "img", "aria-label": t("tags.movedImmutable") } : {})}
    >
      <Icon name={incident ? "error" : "moved"} size="xs" />
      {t("tags.movedCell")}
    </span>
  );
}

import { memo } from "react";

import type { Capabilities, Effect, KindCapability, Role, Rule, RuleKind } from "../../ipc/bindings";
import { CountedChoice } from "./CountedChoice";
import { kindOf } from "./RuleCard";
import { sayRole } from "./say/roles";
import { Rich } from "./say/Rich";
import { t } from "./say/t";

/** Why a kind of rule cannot be used here; `null`: it can. */
export function whyNot(kind: KindCapability, capabilities: Capabilities, role: Role | null): string | null {
  const name = t(`rules.kind.${kind.kind}`);
  const { product } = capabilities;
  switch (kind.unavailable) {
    case "licence":
      return t("rules.kind.unavailable_licence", { product, kind: name.toLowerCase() });
    case "version":
      return t("rules.kind.unavailable_version", { product, version: capabilities.version ?? "", kind: name.toLowerCase() });
    case "registry_api":
      return t("rules.kind.unavailable_registry_api", { product, kind: name.toLowerCase() });
    case "read_only_token":
      return t("rules.kind.unavailable_read_only_token");
    case "read_only_server":
      return t("rules.kind.unavailable_read_only_server", { product });
    case null:
      if (role === null || ladder(role) >= ladder(kind.minimum_role)) return null;
      return t("rules.kind.unavailable_role", {
        kind: name,
        role: sayRole(capabilities.role_names, kind.minimum_role),
        have: sayRole(capabilities.role_names, role),
      });
  }
}

const LADDER: readonly Role[] = ["guest", "reporter", "developer", "maintainer", "owner", "admin"];

/** Place of a role on the ladder, lowest first. */
export function ladder(role: Role): number {
  return LADDER.indexOf(role);
}

/** The effect a rule of a kind begins with. */
export function firstEffect(kind: KindCapability, capabilities: Capabilities): Effect {
  if (kind.kind === "immutable") return { kind: "immutable", blocks: kind.blocks ?? "overwrite_and_delete" };
  const [lowest = "maintainer"] = capabilities.protect_roles;
  return { kind: "protect", push: lowest, delete: lowest };
}

/** A rule without a pattern, of the first kind that can be used. */
export function firstRule(capabilities: Capabilities, role: Role | null): Rule | null {
  const kind = capabilities.kinds.find((one) => whyNot(one, capabilities, role) === null) ?? capabilities.kinds[0];
  if (kind === undefined) return null;
  return {
    repositories: capabilities.repository_dialect === null ? null : { mode: "matching", dialect: capabilities.repository_dialect, pattern: "**" },
    tags: { mode: "matching", dialect: capabilities.dialect, pattern: "" },
    effect: firstEffect(kind, capabilities),
    enabled: true,
  };
}

export type KindChoiceProps = {
  rule: Rule;
  saved: Rule | null;
  capabilities: Capabilities;
  userRole: Role | null;
  readOnly: string | null;
  onChange: (effect: Effect) => void;
};

/** Which kind of rule it is. A registry with one kind has no such choice. */
export const KindChoice = memo(function KindChoice({ rule, saved, capabilities, userRole, readOnly, onChange }: KindChoiceProps) {
  const kind = kindOf(rule);
  const choose = (value: RuleKind) => {
    const capability = capabilities.kinds.find((one) => one.kind === value);
    if (capability === undefined || value === kind) return;
    onChange(saved !== null && kindOf(saved) === value ? saved.effect : firstEffect(capability, capabilities));
  };
  const overwriteOnly = rule.effect.kind === "immutable" && rule.effect.blocks === "overwrite";
  const hint = overwriteOnly
    ? t("rules.kind.hint_immutable_overwrite", { product: capabilities.product })
    : t(`rules.kind.hint_${kind}`);
  const reasons = capabilities.kinds.flatMap((one) => {
    const reason = whyNot(one, capabilities, userRole);
    return reason === null ? [] : [reason];
  });
  return (
    <div className="fld">
      {capabilities.kinds.length < 2 ? null : (
        <>
          <span className="lbl" aria-hidden="true">
            {t("rules.kind.heading")}
          </span>
          <div style={{ justifySelf: "start" }}>
            <CountedChoice
              label={t("rules.kind.label")}
              value={kind}
              options={capabilities.kinds.map((one) => ({
                value: one.kind,
                label: t(`rules.kind.${one.kind}`),
                icon: one.kind,
                disabledReason: readOnly ?? (one.kind === kind ? null : whyNot(one, capabilities, userRole)),
              }))}
              onChange={choose}
            />
          </div>
        </>
      )}
      <span className="hint">
        {capabilities.kinds.length === 1 && rule.repositories !== null ? `${t("rules.kind.only", { product: capabilities.product, kind: t(`rules.kind.${kind}`).toLowerCase() })} ` : ""}
        {hint}
      </span>
      {capabilities.notes.map((note) => (
        <span key={note} className="hint">
          <Rich text={t(`rules.note.${note}`, { product: capabilities.product })} />
        </span>
      ))}
      {readOnly === null ? reasons.map((reason) => (
        <span key={reason} className="hint warn">
          {reason}
        </span>
      )) : null}
    </div>
  );
}, sameKind);

/** The pattern is no part of the choice: letters typed there leave it alone. */
function sameKind(one: KindChoiceProps, other: KindChoiceProps): boolean {
  return (
    one.rule.effect === other.rule.effect &&
    (one.rule.repositories === null) === (other.rule.repositories === null) &&
    one.saved === other.saved &&
    one.capabilities === other.capabilities &&
    one.userRole === other.userRole &&
    one.readOnly === other.readOnly &&
    one.onChange === other.onChange
  );
}

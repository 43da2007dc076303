import { memo } from "react";

import { Select } from "../../components/Select";
import type { Capabilities, Effect, Role, RoleNames } from "../../ipc/bindings";
import { sayRole } from "./say/roles";
import { t } from "./say/t";

/** Who may push and who may delete what a protected rule covers. */
export const RoleFields = memo(function RoleFields(props: {
  effect: Effect;
  capabilities: Capabilities;
  readOnly: string | null;
  onChange: (effect: Effect) => void;
}) {
  const { effect, capabilities, readOnly, onChange } = props;
  if (effect.kind !== "protect") return null;
  const options = withPresent(capabilities.protect_roles, [effect.push, effect.delete]).map((role) => ({ value: role, label: orHigher(role, capabilities.role_names) }));
  return (
    <div className="roles">
      <Select
        label={t("rules.editor.push")}
        value={effect.push}
        options={options}
        disabledReason={readOnly}
        onChange={(push) => onChange({ ...effect, push })}
      />
      <Select
        label={t("rules.editor.deleteRole")}
        value={effect.delete}
        options={options}
        disabledReason={readOnly}
        onChange={(role) => onChange({ ...effect, delete: role })}
      />
    </div>
  );
});

function orHigher(role: Role, names: RoleNames): string {
  return role === "admin" ? t("rules.editor.onlyAdmin") : t("rules.editor.orHigher", { role: sayRole(names, role) });
}

/** A rule on the server may name a role that new rules cannot; it is still shown. */
function withPresent(roles: readonly Role[], present: readonly Role[]): Role[] {
  return [...roles, ...present.filter((role, index) => !roles.includes(role) && present.indexOf(role) === index)];
}

import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement } from "react";
import { Icon } from "./Icon";
import type { IconName } from "./Icon";

export interface MenuItem {
  label: string;
  icon?: IconName;
  kbd?: string;
  danger?: boolean;
  disabledReason?: string | null | undefined;
  onSelect: () => void;
}

export interface MenuProps {
  /** The button that opens it, e.g. `<Button icon="more" kind="ghost" aria-label="More project actions" />`. */
  trigger: ReactElement<Record<string, unknown>>;
  items: readonly MenuItem[];
}

/** Actions behind a button. */
export function Menu({ trigger, items }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="layer" sideOffset={4} align="end">
          <Base.Popup className="pop">
            {items.map((item) => (
              <Base.Item
                key={item.label}
                className={`pop-i${item.danger ? " bad" : ""}`}
                disabled={Boolean(item.disabledReason)}
                title={item.disabledReason ?? undefined}
                onClick={item.onSelect}
              >
                {item.icon && <Icon name={item.icon} />}
                <span className="grow">{item.label}{item.disabledReason && <span className="sr">, {item.disabledReason}</span>}</span>
                {item.kbd && <kbd aria-hidden="true">{item.kbd}</kbd>}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

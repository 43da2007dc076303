import type { ReactNode, RefObject } from "react";

import { Icon } from "../../components/Icon";
import { t } from "../rules/say/t";

export type FilterFieldProps = {
  label: string;
  placeholder: string;
  value: string;
  error: ReactNode;
  field: RefObject<HTMLInputElement | null>;
  onChange: (value: string) => void;
};

/** Where a list is filtered: `/` comes here, Esc clears and then leaves. */
export function FilterField({ label, placeholder, value, error, field, onChange }: FilterFieldProps) {
  return (
    <div className="grow flt" role="search">
      <div className={`inp${error === null ? "" : " err"}`}>
        <span className="t3">
          <Icon name="search" />
        </span>
        <input
          ref={field}
          value={value}
          placeholder={placeholder}
          aria-label={label}
          aria-invalid={error !== null}
          aria-describedby={error === null ? undefined : "filter-error"}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.preventDefault();
            if (value === "") field.current?.blur();
            else onChange("");
          }}
        />
        {value === "" ? (
          <kbd aria-hidden="true">/</kbd>
        ) : (
          <button type="button" className="btn sm gh ic flt-clear" aria-label={t("tags.clear")} onClick={() => onChange("")}>
            <Icon name="close" size="xs" />
          </button>
        )}
      </div>
      {error === null ? null : (
        <p id="filter-error" className="flt-error f11 bad">
          {error}
        </p>
      )}
    </div>
  );
}

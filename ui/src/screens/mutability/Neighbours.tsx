import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, type KeyboardEvent } from "react";

import { Icon } from "../../components/Icon";
import type { ProjectsQuery } from "../../ipc/bindings";
import { call } from "../../ipc/client";
import { keys } from "../../state/queries";
import { go, hashOf } from "../../state/route";
import type { RuledProject } from "../rules/ruled";
import { t } from "../rules/say/t";
import { ModeGlyph } from "./ModeChoice";
import type { Setting } from "./setting";
import { takesExclusions } from "./setting";

/** Repositories listed; the list of projects has them all. */
const MOST = 200;

export type NeighboursProps = {
  project: RuledProject;
  /** What the open repository shall be set to. */
  setting: Setting;
  edited: boolean;
  limit: number;
};

/** The repositories beside this one: of the same registry and prefix, each with its mode. */
export function Neighbours({ project, setting, edited, limit }: NeighboursProps) {
  const { row } = project;
  const query: ProjectsQuery = { filter: "", beside: row.id, chip: "all", sort: "path", descending: false, offset: 0, limit: MOST };
  const { data } = useQuery({ queryKey: keys.projects(query), queryFn: () => call("projects_page", query) });
  const box = useRef<HTMLElement>(null);
  const listed = data?.rows ?? [];
  // The open one is always there, also when it comes after the last that is listed.
  const beside = listed.some((one) => one.id === row.id) ? listed : [row, ...listed];
  const total = Math.max(data?.total ?? 0, beside.length);
  useEffect(() => {
    box.current?.querySelector("[aria-current=page]")?.scrollIntoView?.({ block: "nearest" });
  }, [data]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const links = [...(box.current?.querySelectorAll<HTMLElement>("a.rrow") ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
    event.preventDefault();
  };
  return (
    <>
      <div className="phead">
        <h2 className="mu-count">{t("mutability.repositories", { count: total })}</h2>
      </div>
      <nav className="scroll mu-beside" aria-label={t("mutability.repositoriesLabel")} ref={box} onKeyDown={onKeyDown}>
        {beside.map((one) => {
          const here = one.id === row.id;
          const mode = here ? setting.mode : (one.mutability?.mode ?? null);
          const used = here ? (takesExclusions(setting.mode) ? setting.exclusions.length : 0) : (one.mutability?.exclusions ?? 0);
          const said = mode === null ? t("mutability.unknown") : t(`mutability.mode.${mode}`);
          return (
            <a
              key={one.id}
              className="rrow"
              href={hashOf({ screen: "project", id: one.id, tab: "rules" })}
              aria-current={here ? "page" : undefined}
              title={`${one.name}: ${said}`}
            >
              {mode === null ? <span className="mg mu-unknown" aria-hidden="true" /> : <ModeGlyph mode={mode} decorative />}
              <span className="row mu-name">
                <span className={`trunc${here ? " m" : ""}`}>
                  <bdi>{one.name}</bdi>
                </span>
                <span className="sr">{used > 0 ? t("mutability.rowExclusions", { mode: said, used, limit }) : t("mutability.row", { mode: said })}</span>
                {here && edited ? (
                  <span className="pill pill-s">
                    <Icon name="edit" size="xs" />
                    {t("rules.list.edited")}
                  </span>
                ) : null}
              </span>
              <span className="f11 t3 nowrap" aria-hidden="true">{used > 0 ? t("mutability.of", { used, limit }) : ""}</span>
            </a>
          );
        })}
        {total > beside.length ? (
          <button type="button" className="mu-more f12 t3" onClick={() => go({ screen: "projects" })}>
            {t("mutability.more", { count: total - beside.length })}
          </button>
        ) : null}
      </nav>
    </>
  );
}

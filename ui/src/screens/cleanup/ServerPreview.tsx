import { useMutation } from "@tanstack/react-query";

import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { age, moment, shortDigest } from "../../format";
import type { CleanupImage, CleanupPreview, ProjectView } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { t } from "../rules/say/t";

/** Tags of an image shown at most. */
const MOST_TAGS = 6;

/** What the policy would do now, by the registry's own word. Only asked for by hand: it takes a permission. */
export function ServerPreview({ project }: { project: ProjectView }) {
  const { product } = project.capabilities;
  const asked = useMutation({ mutationFn: () => call("project_cleanup_preview", project.row.id) });
  return (
    <section className="cu-preview" aria-labelledby="cleanup-preview">
      <h3 id="cleanup-preview" className="b">
        {t("cleanup.preview.title")}
      </h3>
      <p className="f12 t2">{t("cleanup.preview.about", { product })}</p>
      <div className="row">
        <Button icon="sync" busy={asked.isPending} onClick={() => asked.mutate()}>
          {asked.isPending ? t("cleanup.preview.asking", { product }) : t("cleanup.preview.ask", { product })}
        </Button>
        <span className="f12 t3" role="status">
          {asked.isPending ? t("cleanup.preview.wait") : ""}
        </span>
      </div>
      {asked.error === null ? null : <ErrorNotice error={asApiError(asked.error)} fresh />}
      {asked.data == null || asked.isPending ? null : <Found preview={asked.data} />}
    </section>
  );
}

function Found({ preview }: { preview: CleanupPreview }) {
  const { images, total, tags, rules } = preview;
  if (total === 0) return <p className="b">{t("cleanup.preview.nothing")}</p>;
  const perRule = rules.map(([rule, count]) => (rule === null ? t("cleanup.preview.noRule", { count }) : t("cleanup.preview.byRule", { rule, count })));
  return (
    <>
      <p>
        <b className="b">{t("cleanup.preview.images", { count: total })}</b> {t("cleanup.preview.tags", { count: tags })} <span className="t2">{perRule.join(t("rules.words.comma"))}.</span>
      </p>
      <div className="cu-scroll">
        <table className="cu-table" aria-label={t("cleanup.preview.list")}>
          <thead>
            <tr>
              {(["tags", "digest", "pushed", "fate", "rule"] as const).map((column) => (
                <th key={column} scope="col">
                  {t(`cleanup.preview.column.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {images.map((image, index) => (
              <Row key={image.digest ?? index} image={image} />
            ))}
          </tbody>
        </table>
      </div>
      {total > images.length ? <p className="f12 t3">{t("cleanup.preview.more", { count: total - images.length })}</p> : null}
    </>
  );
}

function Row({ image }: { image: CleanupImage }) {
  const shown = image.tags.slice(0, MOST_TAGS);
  return (
    <tr>
      <td className="mono" title={image.tags.join(", ")}>
        {shown.length === 0 ? <span className="t3">{t("cleanup.preview.untagged")}</span> : <bdi>{shown.join(", ")}</bdi>}
        {image.tags.length > shown.length ? ` ${t("cleanup.preview.moreTags", { count: image.tags.length - shown.length })}` : null}
      </td>
      <td className="mono" title={image.digest ?? undefined}>{image.digest === null ? "–" : shortDigest(image.digest)}</td>
      <td title={image.pushed_at === null ? undefined : moment(image.pushed_at)}>{image.pushed_at === null ? t("cleanup.preview.unknown") : age(image.pushed_at)}</td>
      <td>{t(`cleanup.preview.fate.${image.fate}`)}</td>
      <td className="num">{image.rule ?? "–"}</td>
    </tr>
  );
}

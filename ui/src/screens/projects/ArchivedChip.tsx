import { useTranslation } from "react-i18next";

/** Says that a project is archived. */
export function ArchivedChip() {
  const { t } = useTranslation();
  return <span className="pill" title={t("visibility.archivedTitle")}>{t("visibility.archived")}</span>;
}

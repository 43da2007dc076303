import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Icon } from "../../components/Icon";
import { Segmented } from "../../components/Segmented";
import { Select } from "../../components/Select";
import { TextField } from "../../components/TextField";
import { showToast } from "../../components/Toast";
import { age } from "../../format";
import type { Actor, Operation, ProjectView, SimulateAnswer, SimulateRequest } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { copyText } from "../../ipc/window";
import { keys } from "../../state/queries";
import { useRoute } from "../../state/route";
import { explain, isAllowed, sayStep } from "../rules/say/decision";
import { Rich } from "../rules/say/Rich";
import { sayActor, sayAnActor } from "../rules/say/roles";
import { t } from "../rules/say/t";
import { plain, value } from "../rules/say/values";
import { sayUnknown } from "../rules/say/visibility";
import { DecisionPath } from "./DecisionPath";
import { Matrix } from "./Matrix";

const OPERATIONS = ["push", "delete_tag", "delete_manifest", "delete_repository"] as const satisfies readonly Operation[];

/** Actors on offer: those who may never push only fill the row. */
function actorsOf(project: ProjectView): Actor[] {
  const { actors } = project.capabilities;
  const usual = actors.filter((actor) => actor !== "guest" && actor !== "reporter");
  return usual.length > 0 ? usual : actors;
}

/** The simulator for one project's tags. */
export function Simulator({ project, picker }: { project: ProjectView; picker: ReactNode }) {
  const route = useRoute();
  const params = route?.params ?? {};
  const actors = actorsOf(project);
  const [repository, setRepository] = useState(() => project.repositories.find((one) => one.id === params.repository)?.id ?? project.repositories[0]?.id ?? "");
  const [tag, setTag] = useState(params.tag ?? "");
  const [actor, setActor] = useState<Actor>(actors.includes("maintainer") ? "maintainer" : (actors[0] ?? "developer"));
  const [operation, setOperation] = useState<Operation>("push");
  const [treat, setTreat] = useState<boolean | null>(null);
  const [withDraft, setWithDraft] = useState(false);

  const request: SimulateRequest = { project: project.row.id, repository, tag, actor, operation, exists: treat, with_draft: withDraft };
  const { data, error } = useQuery({
    queryKey: [...keys.inventory, "simulate", request],
    queryFn: () => call("simulate", request),
    enabled: tag !== "" && repository !== "",
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  });
  const answer = tag === "" ? undefined : data;
  const exists = treat ?? answer?.exists ?? false;
  const where = project.repositories.find((one) => one.id === repository)?.path ?? "";

  if (project.repositories.length === 0) {
    return (
      <>
        {picker === null ? null : (
          <div className="sim-form">
            <div className="sim-fields">{picker}</div>
          </div>
        )}
        <EmptyState title={t("simulator.noRepositories")} />
      </>
    );
  }
  return (
    <div className="sim col">
      <div className="sim-form">
        <div className={`sim-fields${picker === null ? " is-tab" : ""}`}>
          {picker}
          <Select
            label={t("simulator.repository")}
            value={repository}
            options={project.repositories.map((one) => ({ value: one.id, label: one.name }))}
            onChange={setRepository}
          />
          <TextField
            label={t("simulator.tag")}
            mono
            value={tag}
            maxLength={300}
            error={answer?.valid_name === false ? t("simulator.invalidText") : undefined}
            onChange={(text) => {
              setTag(text.trim());
              setTreat(null);
            }}
            end={<span className="f12 t3 nowrap">{answer === undefined ? null : stands(answer)}</span>}
          />
          <div className="fld sim-treat">
            <span className="lbl" aria-hidden="true">
              {t("simulator.treat")}
            </span>
            <Segmented
              label={t("simulator.treatLabel")}
              value={exists ? "existing" : "new"}
              options={[
                { value: "existing", label: t("simulator.existing") },
                { value: "new", label: t("simulator.new") },
              ]}
              onChange={(choice) => setTreat(choice === "existing")}
            />
          </div>
        </div>
        <div className="row sim-who">
          <div className="row" style={{ gap: 10 }}>
            <span className="lbl" aria-hidden="true">
              {t("simulator.who")}
            </span>
            <Segmented label={t("simulator.who")} value={actor} options={actors.map((one) => ({ value: one, label: sayActor(project.capabilities.role_names, one) }))} onChange={setActor} />
          </div>
          <div className="row" style={{ gap: 10 }}>
            <span className="lbl" aria-hidden="true">
              {t("simulator.action")}
            </span>
            <Segmented label={t("simulator.action")} value={operation} options={OPERATIONS.map((one) => ({ value: one, label: t(`decision.operation.${one}`) }))} onChange={setOperation} />
          </div>
        </div>
      </div>
      {error === null ? null : (
        <div className="sim-error">
          <ErrorNotice error={asApiError(error)} />
        </div>
      )}
      {answer === undefined || answer.decision === null ? (
        error === null ? <EmptyState title={t("simulator.typeTag")} /> : null
      ) : (
        <>
          <Verdict project={project} answer={answer} request={request} where={where} />
          <div className="sim-all">
            <div className="row" style={{ marginBottom: 8, flexWrap: "wrap" }}>
              <h2 className="sim-h">{t("simulator.everyone")}</h2>
              <span className="f12 t3">{t("simulator.select")}</span>
              <span className="grow" />
              {answer.has_draft ? (
                <Segmented
                  label={t("simulator.rules")}
                  value={withDraft ? "draft" : "current"}
                  options={[
                    { value: "current", label: t("simulator.current") },
                    { value: "draft", label: t("simulator.draft") },
                  ]}
                  onChange={(choice) => setWithDraft(choice === "draft")}
                />
              ) : null}
            </div>
            <Matrix
              tag={tag}
              rows={answer.matrix}
              names={answer.roles}
              protects={project.capabilities.protect_roles.length > 0}
              actor={actor}
              operation={operation}
              exists={exists}
              onChoose={(who, cell) => {
                setActor(who);
                setOperation(cell.operation);
                setTreat(cell.exists);
              }}
            />
            <p className="f12 t3 row sim-based">
              <Icon name="info" />
              <span>{basedOn(answer)}</span>
            </p>
          </div>
        </>
      )}
    </div>
  );
}

function stands(answer: SimulateAnswer): string {
  if (!answer.valid_name) return t("simulator.invalid");
  if (!answer.exists) return t("simulator.notThere");
  return answer.pushed_at === null ? t("simulator.existsPlain") : t("simulator.exists", { age: age(answer.pushed_at) });
}

function basedOn(answer: SimulateAnswer): string {
  if (answer.rules_known.known !== "read") return t("simulator.basedUnknown");
  const { based_on: version, read_at: at } = answer;
  if (version === null) return at === null ? "" : t("simulator.basedPlain", { age: age(at) });
  return at === null ? t("simulator.basedVersion", { version }) : t("simulator.based", { version, age: age(at) });
}

/** Why nothing is decided, and what the registry says of the tag all the same. */
function Unseen({ project, answer }: { project: ProjectView; answer: SimulateAnswer }) {
  const said = sayUnknown(project);
  if (said === null) return null;
  return (
    <p className="f12 t2 wrap sim-unseen">
      {said.text} {said.help}
      {answer.server_says === null ? null : ` ${t("simulator.serverSays", { product: project.capabilities.product, state: t(`common.state.${answer.server_says}`) })}`}
    </p>
  );
}

function Verdict({ project, answer, request, where }: { project: ProjectView; answer: SimulateAnswer; request: SimulateRequest; where: string }) {
  const { decision } = answer;
  if (decision === null) return null;
  const allowed = isAllowed(decision.outcome);
  const { rules_known: known } = answer;
  const unseen = known.known !== "read" && decision.outcome === "unknown";
  const title = unseen ? t(known.known === "not_read" ? "visibility.decisionNotRead" : "visibility.decision") : t(`decision.outcome.${decision.outcome}`);
  const question = t(`decision.does.${request.operation}`, { who: sayAnActor(answer.roles, request.actor), tag: value(request.tag), where: value(where) });
  const answered =
    decision.answer === null
      ? null
      : decision.answer.words === ""
        ? t("simulator.answerPlain", { status: decision.answer.status })
        : t("simulator.answer", { status: decision.answer.status, words: value(decision.answer.words) });
  const around = { actor: request.actor, rules: answer.rules, answer, age: answer.pushed_at === null ? null : age(answer.pushed_at), outcome: decision.outcome };
  const lines = decision.steps.map((step) => sayStep(step, around));
  const look = allowed === null ? "t3" : allowed ? "ok" : "bad";
  return (
    <div className="sim-path">
      <div className="row sim-verdict" role="status">
        <span className={`sim-sign ${look}`}>
          <Icon name={allowed === null ? "minus" : allowed ? "check-circle" : "no"} size="m" />
        </span>
        <div className="grow">
          <div className="sim-title">{title}</div>
          <div className="f12 t2 wrap">
            <Rich text={question} />
          </div>
        </div>
        {answered === null ? null : <span className="f12 t3 trunc sim-answer" title={plain(answered)}>{plain(answered)}</span>}
        <Button
          size="sm"
          icon="copy"
          onClick={() => void copyText(explain(title, plain(question), decision, lines.map(plain), answered)).then(() => showToast(t("simulator.copied")))}
        >
          {t("simulator.copy")}
        </Button>
      </div>
      {unseen ? <Unseen project={project} answer={answer} /> : <DecisionPath decision={decision} operation={request.operation} lines={lines} />}
    </div>
  );
}

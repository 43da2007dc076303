/** Roles and actors by the names that their registry gives them. */
import type { Actor, Role, RoleNames } from "../../../ipc/bindings";
import { t } from "./t";

/** “Maintainer”. */
export const sayRole = (names: RoleNames, role: Role): string => t(`decision.role.${names}.${role}`);

/** The same where there is little room. */
export const sayRoleShort = (names: RoleNames, role: Role): string => t(`decision.roleShort.${names}.${role}`);

/** “Maintainers”. */
export const sayRoles = (names: RoleNames, role: Role): string => t(`decision.roles.${names}.${role}`);

/** “Maintainer”, or who else it is. */
export const sayActor = (names: RoleNames, actor: Actor): string => t(`decision.actor.${names}.${actor}`);

/** “A Maintainer”. */
export const sayAnActor = (names: RoleNames, actor: Actor): string => t(`decision.actorA.${names}.${actor}`);

/** What the roles of protected rules are called. Only one product has such rules, so that a rule alone tells. */
export const PROTECTING: RoleNames = "gitlab";

/**
 * Passwords and keys that everybody knows: those of Harbor's own harbor.cfg (`harbor_admin_password`, `db_password`), and
 * the secretkey that its charts and playbooks have by default. None of them may ever be deployed.
 */
export const publicDefaults: ReadonlySet<string> = new Set(["Harbor12345", "root123", "not-a-secure-key"]);

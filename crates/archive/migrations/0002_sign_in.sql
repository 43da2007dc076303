-- Registries that take a user name beside the password, let anybody in, or list no repositories.
ALTER TABLE connections ADD COLUMN user_name TEXT;
ALTER TABLE connections ADD COLUMN anonymous INTEGER NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN repositories_json TEXT;

-- Registries whose keys are those of a profile of the machine's own tools. Empty: the default one.
ALTER TABLE connections ADD COLUMN profile TEXT;

"""Databases of a PostgreSQL server: dumped to a file, made from it, and made new again.

A server of the tests keeps its connections while its database is wiped, so it is not
dropped: rows go, and those that a fresh database has come back from a copy beside them.
"""

import subprocess
from hashlib import blake2b
from pathlib import Path

_KEEP = """
CREATE SCHEMA kept;
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', name, name);
  END LOOP;
END $$;
CREATE FUNCTION kept.restore() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; listed text;
BEGIN
  PERFORM set_config('session_replication_role', 'replica', true);  -- no foreign keys meanwhile
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DELETE FROM public.%I', name);
    SELECT string_agg(quote_ident(column_name), ', ') INTO listed
      FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = name AND is_generated = 'NEVER';
    EXECUTE format('INSERT INTO public.%I (%s) SELECT %s FROM kept.%I', name, listed, listed, name);
  END LOOP;
END $$;
"""


def url(server: str, name: str) -> str:
    """The address of one database, as Prefect takes it."""
    return f"{server}/{name}"


def name_for(home: Path) -> str:
    """A name of its own for the database of a server that lives in `home`."""
    return f"prefect_{blake2b(str(home).encode(), digest_size=8).hexdigest()}"


def create(server: str, name: str) -> None:
    """Make an empty database."""
    _sql(server, "postgres", f'CREATE DATABASE "{name}"')


def dump(server: str, name: str, file: Path) -> None:
    """Write a database to a file."""
    command = ["pg_dump", "--no-owner", "--file", str(file), _plain(url(server, name))]
    subprocess.run(command, check=True)


def restore(server: str, name: str, file: Path) -> None:
    """Make a database, in use or not, what the file says."""
    if _sql(server, "postgres", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
        _sql(server, name, "SELECT kept.restore()")
        return
    create(server, name)
    _psql(server, name, "--file", str(file))
    _sql(server, name, _KEEP)


def _sql(server: str, name: str, statements: str) -> str:
    return _psql(server, name, "--tuples-only", "--no-align", "--command", statements)


def _psql(server: str, name: str, *options: str) -> str:
    quiet = ["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1"]
    command = ["psql", *quiet, *options, _plain(url(server, name))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _plain(address: str) -> str:
    """The address without SQLAlchemy's word for its driver."""
    return address.replace("+asyncpg", "", 1)

"""Addresses of databases and brokers."""

from __future__ import annotations

from typing import ClassVar

from bolide.validation.types.urls import AnyUrl, MultiHostUrl, UrlConstraints, only_schemes

__all__ = [
    "AmqpDsn",
    "ClickHouseDsn",
    "CockroachDsn",
    "KafkaDsn",
    "MariaDBDsn",
    "MongoDsn",
    "MySQLDsn",
    "NatsDsn",
    "PostgresDsn",
    "RedisDsn",
    "SnowflakeDsn",
]


class PostgresDsn(MultiHostUrl):
    """The address of a PostgreSQL database."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes(
        *("postgres", "postgresql", "postgresql+asyncpg", "postgresql+pg8000", "postgresql+psycopg"),
        *("postgresql+psycopg2", "postgresql+psycopg2cffi", "postgresql+py-postgresql"),
        "postgresql+pygresql",
        host_required=True,
    )


class CockroachDsn(AnyUrl):
    """The address of a CockroachDB database."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes(
        "cockroachdb", "cockroachdb+psycopg2", "cockroachdb+asyncpg", host_required=True
    )


class AmqpDsn(AnyUrl):
    """The address of an AMQP broker."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes("amqp", "amqps")


class RedisDsn(AnyUrl):
    """The address of a Redis database; by default the first one of this host."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes(
        "redis", "rediss", host_required=True, default_host="localhost", default_port=6379, default_path="/0"
    )


class MongoDsn(MultiHostUrl):
    """The address of a MongoDB database."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes("mongodb", "mongodb+srv", default_port=27017)


class KafkaDsn(AnyUrl):
    """The address of a Kafka broker; by default the one of this host."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes("kafka", default_host="localhost", default_port=9092)


class NatsDsn(MultiHostUrl):
    """The address of a NATS server; by default the one of this host."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes(
        "nats", "tls", "ws", "wss", default_host="localhost", default_port=4222
    )


class MySQLDsn(AnyUrl):
    """The address of a MySQL database."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes(
        *("mysql", "mysql+mysqlconnector", "mysql+aiomysql", "mysql+asyncmy", "mysql+mysqldb"),
        *("mysql+pymysql", "mysql+cymysql", "mysql+pyodbc"),
        host_required=True,
        default_port=3306,
    )


class MariaDBDsn(AnyUrl):
    """The address of a MariaDB database."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes(
        "mariadb", "mariadb+mariadbconnector", "mariadb+pymysql", default_port=3306
    )


class ClickHouseDsn(AnyUrl):
    """The address of a ClickHouse database; by default the one of this host."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes(
        *("clickhouse+native", "clickhouse+asynch", "clickhouse+http"),
        *("clickhouse", "clickhouses", "clickhousedb"),
        default_host="localhost",
        default_port=9000,
    )


class SnowflakeDsn(AnyUrl):
    """The address of a Snowflake warehouse."""

    __slots__ = ()
    constraints: ClassVar[UrlConstraints] = only_schemes("snowflake", host_required=True)

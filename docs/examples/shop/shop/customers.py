"""Customers: identified by UUID, found by e-mail address."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from bolide import APIRouter, Depends, Field, Model, Omit, Partial, Query
from shop.access import NEEDS_CUSTOMERS, NotAllowed
from shop.errors import Clash, NotFound, Taken
from shop.paging import AskedPage, Page, page_of
from shop.tables import MAX_ROWS

router = APIRouter(
    prefix="/customers", tags=["customers"], dependencies=[NEEDS_CUSTOMERS], raises=[NotAllowed]
)


class Address(Model, extra="forbid"):
    """Where parcels go."""

    street: str = Field(min_length=1, max_length=80)
    city: str = Field(min_length=1, max_length=80)
    postal_code: str = Field(alias="postalCode", pattern="^[0-9A-Z -]{2,10}$")
    country: str = Field(default="DE", pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")


class NewCustomer(Model):
    """What somebody tells of themself."""

    name: str = Field(min_length=1, max_length=80)
    email: str = Field(pattern="^[a-z0-9.]{1,40}@[a-z0-9]{1,40}[.][a-z]{2,10}$", examples=["ann@example.org"])
    born: date | None = None
    address: Address | None = None


class Customer(NewCustomer):
    """A customer as we know them."""

    id: UUID


Changes = Partial[Omit[NewCustomer, "address"]]


async def make_customers() -> dict[UUID, Customer]:
    return {}


Customers = Annotated[dict[UUID, Customer], Depends(make_customers, scope="app")]


@router.get("")
async def list_customers(
    customers: Customers, page: AskedPage, born_before: Annotated[date | None, Query()] = None
) -> Page[Customer]:
    rows = customers.values()
    if born_before is not None:
        return page_of((each for each in rows if each.born is not None and each.born < born_before), page)
    return page_of(rows, page)


@router.post("", status_code=201, raises=[Taken])
async def create_customer(new: NewCustomer, customers: Customers) -> Customer:
    check_email(new.email, customers)
    customer = Customer(id=uuid4(), name=new.name, email=new.email, born=new.born, address=new.address)
    customers[customer.id] = customer
    if len(customers) > MAX_ROWS:
        del customers[next(iter(customers))]
    return customer


def check_email(email: str, customers: dict[UUID, Customer], *, but: UUID | None = None) -> None:
    """Look for a customer with *email*, other than the one with the id *but*.

    Raises:
        Taken: there is one.
    """
    if any(each.email == email and each.id != but for each in customers.values()):
        raise Taken(detail=Clash(field="email", value=email))


async def find_customer(customer_id: UUID, customers: Customers) -> Customer:
    """Return the customer that the path names."""
    if customer_id not in customers:
        raise NotFound(detail=f"There is no customer {customer_id}")
    return customers[customer_id]


Found = Annotated[Customer, Depends(find_customer)]


@router.get("/{customer_id}", raises=[NotFound])
async def read_customer(customer: Found) -> Customer:
    return customer


@router.patch("/{customer_id}", raises=[NotFound, Taken])
async def change_customer(customer: Found, changes: Changes, customers: Customers) -> Customer:
    """Change what is given, and nothing else."""
    changed = customer.model_copy(update=changes)
    check_email(changed.email, customers, but=customer.id)
    customers[customer.id] = changed
    return changed


@router.put("/{customer_id}/address", raises=[NotFound])
async def put_address(customer: Found, address: Address, customers: Customers) -> Address:
    customers[customer.id] = customer.model_copy(update={"address": address})
    return address


@router.delete("/{customer_id}", status_code=204, raises=[NotFound])
async def delete_customer(customer: Found, customers: Customers) -> None:
    del customers[customer.id]

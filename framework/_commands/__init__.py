"""The commands of ``bolide`` that look at an application, and how it is found."""

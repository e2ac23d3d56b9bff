"""What all models of the grammar have in common: a template may stand for any value."""

import re
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

# A template may stand for any value of a file as it is written; hand this over as the
# context of a validation to allow for that.
AS_WRITTEN = "as written"
TEMPLATE = r"^[^{]*(\{[^{]+)*\{\{[\s\S]*\}\}"  # looks at each letter once, unlike {{.*}}
_TEMPLATE = re.compile(TEMPLATE)

Name = Annotated[str, Field(min_length=1)]
Settings = dict[str, JsonValue]


class Written(BaseModel):
    """What all parts of a document have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @field_validator("*", mode="wrap")
    @classmethod
    def _or_template(
        cls, value: object, validate: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> object:
        if not isinstance(value, str) or "{{" not in value or info.context is not AS_WRITTEN:
            return validate(value)
        return value if _TEMPLATE.search(value) else validate(value)

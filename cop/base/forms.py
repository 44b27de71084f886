"""One field renderer for every form of the site."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Forms and fields look as templates/components says: label, help, error at the field, input."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
